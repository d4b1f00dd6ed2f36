/**
 * The catalog on a relational database: Apache Derby inside this process. The schema is written in what Derby and PostgreSQL share.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.catalog.jdbc;

import org.jspecify.annotations.NullMarked;
