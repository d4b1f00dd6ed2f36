/** Long histories made up for measurements, fed into a recovery store without an appliance. */
@org.jspecify.annotations.NullMarked
package io.holdfast.harness.history;
