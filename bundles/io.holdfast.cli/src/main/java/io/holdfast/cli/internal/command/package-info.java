/** The commands of holdfastctl. Each says what it needs, calls the interface and shows what came of it. */
@NullMarked
package io.holdfast.cli.internal.command;

import org.jspecify.annotations.NullMarked;
