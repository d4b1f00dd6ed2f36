/** Speaks to an appliance: trust, session, calls, events. Knows no terminal. */
@NullMarked
package io.holdfast.cli.internal.client;

import org.jspecify.annotations.NullMarked;
