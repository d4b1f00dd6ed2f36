/**
 * Control state: machines, jobs, replicas, agents, users, audit. An implementation keeps it; nothing above knows in what.
 *
 * <p>Rows come and go as records of the domain. What a table method changes is durable when the {@link io.holdfast.catalog.Catalog#write}
 * around it has returned, all of it or nothing. Tables belong to their transaction and are used on its thread alone. Each method may throw
 * what {@link io.holdfast.catalog.Catalog#write} names.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.catalog;

import org.jspecify.annotations.NullMarked;
