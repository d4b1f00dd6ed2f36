/**
 * The engine of the configuration server. Plain Java: it is given its clock, its executor and its ports.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal;

import org.jspecify.annotations.NullMarked;
