/**
 * Agents: enrolment, presence, what they say of their machines, what they are told.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal.agents;

import org.jspecify.annotations.NullMarked;
