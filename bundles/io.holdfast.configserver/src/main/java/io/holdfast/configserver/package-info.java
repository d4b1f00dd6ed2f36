/**
 * The configuration server: what operators ask for, carried out as persisted jobs. {@link io.holdfast.configserver.ControlService} is the
 * service behind the API; the ports are what the other roles bring.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.configserver;

import org.jspecify.annotations.NullMarked;
