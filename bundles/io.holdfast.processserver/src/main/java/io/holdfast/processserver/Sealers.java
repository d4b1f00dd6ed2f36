package io.holdfast.processserver;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Who seals batches, for all relays.
 *
 * @param executor runs the work; never in the thread that asks for it while it is measured
 * @param threads of the executor
 * @param processorNanos processor time that the calling thread has taken so far
 * @since 1.0
 */
record Sealers(Executor executor, int threads, LongSupplier processorNanos) {}
