/**
 * Starts a node: takes hold of the data folder, decides which roles run and gives every role its configuration.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.node;

import org.jspecify.annotations.NullMarked;
