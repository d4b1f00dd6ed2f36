/**
 * The layouts of docs/formats as code: encoding, decoding and checking of bytes. No files, no state.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.format;

import org.jspecify.annotations.NullMarked;
