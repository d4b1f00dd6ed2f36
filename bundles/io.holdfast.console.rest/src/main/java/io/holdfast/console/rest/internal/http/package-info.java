/**
 * Requests, answers and their routing, in words of ours: no server, no domain. Plain Java and Jackson.
 *
 * <p>A {@link io.holdfast.console.rest.internal.http.Router} finds the {@link io.holdfast.console.rest.internal.http.Route} of a request,
 * a {@link io.holdfast.console.rest.internal.http.Gate} decides whether its caller may use it, its action turns a {@link
 * io.holdfast.console.rest.internal.http.Call} into a {@link io.holdfast.console.rest.internal.http.Reply}. What goes wrong on the way is
 * an error with a name, and {@link io.holdfast.console.rest.internal.http.Failures} says which HTTP status that is.
 */
@NullMarked
package io.holdfast.console.rest.internal.http;

import org.jspecify.annotations.NullMarked;
