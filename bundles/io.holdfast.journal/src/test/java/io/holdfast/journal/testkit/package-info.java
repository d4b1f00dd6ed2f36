/** A file system that loses what was not forced, a plain model of disks, and random streams. */
@NullMarked
package io.holdfast.journal.testkit;

import org.jspecify.annotations.NullMarked;
