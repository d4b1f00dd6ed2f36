package io.holdfast.catalog;

import io.holdfast.model.Agent;
import java.util.List;
import java.util.Optional;

/**
 * Agents, what they are told to do, and the tokens with which new ones enrol.
 *
 * @since 1.0
 */
public interface AgentTable {

    /**
     * Adds an agent, or replaces the one of the same id.
     *
     * @param agent whose name is no other agent's
     */
    void put(Agent agent);

    /**
     * Finds an agent.
     *
     * @param id its id
     * @return the agent
     */
    Optional<Agent> find(String id);

    /**
     * Lists the agents.
     *
     * @return by name
     */
    List<Agent> list();

    /**
     * Removes an agent and its commands. Nothing happens when it is not there.
     *
     * @param id its id
     */
    void delete(String id);

    /**
     * Adds a command. Nothing happens when its id is there.
     *
     * @param command not answered
     */
    void addCommand(StoredCommand command);

    /**
     * Replaces a command.
     *
     * @param command whose id is there
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    void updateCommand(StoredCommand command);

    /**
     * Finds a command.
     *
     * @param id its id
     * @return the command
     */
    Optional<StoredCommand> findCommand(String id);

    /**
     * Finds the newest command of an owner.
     *
     * @param owner as in {@link StoredCommand#owner()}
     * @return the command
     */
    Optional<StoredCommand> commandOf(String owner);

    /**
     * Lists what an agent was told and has not answered.
     *
     * @param agent its id
     * @param limit how many at most
     * @return oldest first
     */
    List<StoredCommand> unanswered(String agent, int limit);

    /**
     * Removes the commands of an owner, answered or not.
     *
     * @param owner as in {@link StoredCommand#owner()}
     */
    void deleteCommands(String owner);

    /**
     * Adds a token.
     *
     * @param token whose digest is new
     */
    void addToken(StoredToken token);

    /**
     * Finds a token.
     *
     * @param digest as in {@link StoredToken#digest()}
     * @return the token
     */
    Optional<StoredToken> findToken(String digest);

    /**
     * Takes a token out, so that nobody can use it again.
     *
     * @param digest as in {@link StoredToken#digest()}
     * @return the token, if it was there
     */
    Optional<StoredToken> takeToken(String digest);

    /**
     * Removes the tokens that have ended.
     *
     * @param nowMillis the appliance's clock
     */
    void deleteTokensBefore(long nowMillis);
}
