/** Runs appliances and talks to them as their users do. */
@NullMarked
package io.holdfast.harness.appliance;

import org.jspecify.annotations.NullMarked;
