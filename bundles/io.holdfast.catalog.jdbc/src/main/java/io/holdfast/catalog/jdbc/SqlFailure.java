package io.holdfast.catalog.jdbc;

import java.sql.SQLException;

/** Carries a database's error through code that cannot throw it; never leaves {@link JdbcCatalog}. */
final class SqlFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final SQLException failure;

    SqlFailure(SQLException failure) {
        super(failure);
        this.failure = failure;
    }

    SQLException failure() {
        return failure;
    }
}
