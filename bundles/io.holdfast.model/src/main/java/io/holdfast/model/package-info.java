/**
 * The domain as records and the life cycle of a protection. Plain Java.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.model;

import org.jspecify.annotations.NullMarked;
