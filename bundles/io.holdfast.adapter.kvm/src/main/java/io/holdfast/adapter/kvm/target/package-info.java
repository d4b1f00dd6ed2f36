/**
 * KVM as a target: runs replicas as QEMU processes of their own on this host, on overlays above NBD exports of a recovery point.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.adapter.kvm.target;

import org.jspecify.annotations.NullMarked;
