/**
 * The plan and its making: a planner for each kind of layer turns what a model is into operations over numbered values,
 * finds their sizes and packs weights; {@link lanewise.plan.Execution} runs a plan call after call.
 * What an operation computes is in {@code plan.op}, arithmetic in {@code kernel}, what only streams need in
 * {@code plan.stream}.
 */
package lanewise.plan;
