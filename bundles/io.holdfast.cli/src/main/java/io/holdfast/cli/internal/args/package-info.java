/** Reads command lines: words in, named values or a usage error out. Knows no command. */
@NullMarked
package io.holdfast.cli.internal.args;

import org.jspecify.annotations.NullMarked;
