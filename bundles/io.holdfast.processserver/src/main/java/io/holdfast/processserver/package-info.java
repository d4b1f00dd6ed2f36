/**
 * The process server: takes the stream of each machine from its agent, builds batches of it (hashes, compresses, encrypts) and forwards them
 * to a master target. It keeps nothing that the agent would not send again (M-009, M-152).
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.processserver;

import org.jspecify.annotations.NullMarked;
