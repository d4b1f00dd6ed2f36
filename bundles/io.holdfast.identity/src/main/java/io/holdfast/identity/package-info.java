/**
 * Who is who: the appliance's own certificate authority, the node's own certificate, password hashes and random tokens. Certificates are
 * made with Bouncy Castle; nothing here knows users, agents or the catalog.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.identity;

import org.jspecify.annotations.NullMarked;
