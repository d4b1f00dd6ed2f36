/**
 * How long the room of the recovery store will last, and who has to know.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal.space;

import org.jspecify.annotations.NullMarked;
