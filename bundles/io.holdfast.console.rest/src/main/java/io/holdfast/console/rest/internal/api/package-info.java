/**
 * The operations under {@code /api/v1} and {@code /agent/v1}: each turns a call into one call of the services behind it and shows what came
 * of it. No rule of the domain lives here. What the operations are is written down in {@code openapi.json}.
 */
@NullMarked
package io.holdfast.console.rest.internal.api;

import org.jspecify.annotations.NullMarked;
