/** The agent as a whole: its folders, its threads, the capture servers of its machines, and what it is told to do. */
@NullMarked
package io.holdfast.mobility.agent;

import org.jspecify.annotations.NullMarked;
