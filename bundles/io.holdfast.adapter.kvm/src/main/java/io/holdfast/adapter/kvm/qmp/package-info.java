/**
 * QEMU's machine protocol (docs/interop/qmp-spec.txt of QEMU) over a UNIX socket: commands with bounded time, out-of-band commands, events.
 * QEMU serves one client of a monitor socket at a time.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.adapter.kvm.qmp;

import org.jspecify.annotations.NullMarked;
