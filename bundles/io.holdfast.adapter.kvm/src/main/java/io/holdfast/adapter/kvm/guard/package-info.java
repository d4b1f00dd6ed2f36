/**
 * The guard: a small process that outlives Holdfast, owns the monitors of one QEMU and cuts the capture off when the capture server keeps
 * the guest waiting. It needs no OSGi and few classes; it runs from the jar files of this bundle, the adapter contract, the base and
 * Jackson.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.adapter.kvm.guard;

import org.jspecify.annotations.NullMarked;
