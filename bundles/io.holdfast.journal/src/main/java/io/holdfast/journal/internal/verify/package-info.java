/** Verification of a store at rest: reads every byte that means something, changes nothing, and says what is still good. */
@NullMarked
package io.holdfast.journal.internal.verify;

import org.jspecify.annotations.NullMarked;
