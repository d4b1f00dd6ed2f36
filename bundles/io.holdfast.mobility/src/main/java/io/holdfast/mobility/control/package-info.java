/** How an agent is told what to do: enrolment, its credentials, and the poll of the configuration server. */
@NullMarked
package io.holdfast.mobility.control;

import org.jspecify.annotations.NullMarked;
