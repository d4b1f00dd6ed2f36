/**
 * What each kind of job does, step by step.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal.plans;

import org.jspecify.annotations.NullMarked;
