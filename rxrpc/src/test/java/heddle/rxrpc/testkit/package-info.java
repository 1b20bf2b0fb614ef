/**
 * What the tests of all modules share: the conditions under which integration tests run, the real
 * cell, rules for the code; and a network in virtual time. Published as the test-jar of {@code
 * heddle-rxrpc}.
 */
package heddle.rxrpc.testkit;
