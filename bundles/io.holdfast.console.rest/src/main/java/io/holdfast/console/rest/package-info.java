/**
 * What other bundles may give to the console's server: pages to serve. Everything else of this bundle speaks HTTP only.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.console.rest;

import org.jspecify.annotations.NullMarked;
