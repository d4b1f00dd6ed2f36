/**
 * The keyed hash by which a source and a store compare blocks without showing them to each other.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.base.hash;

import org.jspecify.annotations.NullMarked;
