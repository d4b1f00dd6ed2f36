package io.holdfast.configserver;

import io.holdfast.model.Role;

/**
 * Who asks. Made by {@link AccessControl#authenticate} and {@link AccessControl#signIn}.
 *
 * @param user name of the user
 * @param role what the user may do
 * @param passwordChangeRequired until the password was changed, only that and signing out are answered
 * @param origin where the request came from, for the audit log
 * @since 1.0
 */
public record Caller(String user, Role role, boolean passwordChangeRequired, String origin) {}
