/**
 * The file port of the recovery store, so that a simulator can own crashes, and its implementation on a directory.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.file;

import org.jspecify.annotations.NullMarked;
