/** Long runs: what is killed or stalled again and again, and what has to hold each time. */
@NullMarked
package io.holdfast.demo.soak;

import org.jspecify.annotations.NullMarked;
