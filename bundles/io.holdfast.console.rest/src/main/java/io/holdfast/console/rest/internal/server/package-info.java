/**
 * The HTTPS server: Jetty's core, without servlets, and everything that keeps a stranger's connection within bounds. Only this package knows
 * Jetty.
 */
@NullMarked
package io.holdfast.console.rest.internal.server;

import org.jspecify.annotations.NullMarked;
