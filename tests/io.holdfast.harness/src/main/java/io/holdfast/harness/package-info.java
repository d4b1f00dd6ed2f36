/**
 * What end-to-end tests and the demo share: real virtual machines with a workload that can be verified, checks of disk images from outside,
 * and tools to hurt processes. Plain Java; nothing of the product is used here.
 */
@NullMarked
package io.holdfast.harness;

import org.jspecify.annotations.NullMarked;
