/**
 * The parts of the control service.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal.control;

import org.jspecify.annotations.NullMarked;
