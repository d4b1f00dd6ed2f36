/**
 * How keys rest: the store key, the recovery key, and the sealed keys of each machine. Layouts: {@code docs/formats/keyfile.md}.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.keys;

import org.jspecify.annotations.NullMarked;
