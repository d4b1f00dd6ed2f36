/** Old blocks coded anew with XZ, as a whole, with the machine's keys. */
@NullMarked
package io.holdfast.journal.internal.cold;

import org.jspecify.annotations.NullMarked;
