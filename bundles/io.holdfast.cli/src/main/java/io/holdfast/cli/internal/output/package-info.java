/** Shows things to people: tables, figures, progress, and the terminal itself. */
@NullMarked
package io.holdfast.cli.internal.output;

import org.jspecify.annotations.NullMarked;
