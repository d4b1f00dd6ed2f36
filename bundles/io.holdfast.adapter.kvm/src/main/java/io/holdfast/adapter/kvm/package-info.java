/**
 * KVM as a source: QEMU machines on this host, captured through QMP by write-blocking mirrors under the eye of a guard process.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.adapter.kvm;

import org.jspecify.annotations.NullMarked;
