/**
 * What a hypervisor owes us as a source of writes and as a place to run replicas. Roles know these interfaces only; implementations are
 * services.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.adapter;

import org.jspecify.annotations.NullMarked;
