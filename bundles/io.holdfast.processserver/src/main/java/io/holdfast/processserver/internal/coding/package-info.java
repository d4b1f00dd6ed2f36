/**
 * Chooses the codec of each batch by what was measured on the way of the batches before: a plain engine that is told what happened and when.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.processserver.internal.coding;

import org.jspecify.annotations.NullMarked;
