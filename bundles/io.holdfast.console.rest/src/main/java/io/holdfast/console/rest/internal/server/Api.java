package io.holdfast.console.rest.internal.server;

import io.holdfast.console.rest.internal.http.Gate;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.http.Router;

/**
 * What the server serves beside pages.
 *
 * @param router its operations
 * @param gate who may call them
 * @param codec how values look on the wire
 */
public record Api(Router router, Gate gate, JsonCodec codec) {}
