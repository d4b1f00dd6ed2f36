/**
 * Users, sessions, roles, the audit log.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver.internal.access;

import org.jspecify.annotations.NullMarked;
