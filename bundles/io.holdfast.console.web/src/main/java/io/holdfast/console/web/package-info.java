/**
 * The pages of the console: a client of the interface under {@code /api/v1} like any other, without endpoints of its own. The pages are in
 * {@code www/}: plain HTML, CSS and JavaScript modules that load nothing from elsewhere.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.console.web;

import org.jspecify.annotations.NullMarked;
