/**
 * Where sealed segments rest: a small interface that a directory and an object store can both keep, so made that two writers never both win a
 * number.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.blob;

import org.jspecify.annotations.NullMarked;
