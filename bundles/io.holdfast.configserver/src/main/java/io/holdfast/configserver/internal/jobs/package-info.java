/**
 * Persisted jobs: an operation as a list of idempotent steps, done one after another, retried, gone on with after a restart.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal.jobs;

import org.jspecify.annotations.NullMarked;
