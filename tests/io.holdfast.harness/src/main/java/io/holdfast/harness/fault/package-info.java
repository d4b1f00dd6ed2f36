/** What goes wrong around a process: its disk is full or hangs, its network loses everything. Needs root. */
@NullMarked
package io.holdfast.harness.fault;

import org.jspecify.annotations.NullMarked;
