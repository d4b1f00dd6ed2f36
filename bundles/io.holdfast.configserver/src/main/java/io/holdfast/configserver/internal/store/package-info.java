/** Binds the configuration server to the master target of its own node. */
@NullMarked
package io.holdfast.configserver.internal.store;

import org.jspecify.annotations.NullMarked;
