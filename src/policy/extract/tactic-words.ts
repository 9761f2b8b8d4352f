/** First words of tactics, of Lean and of Mathlib. Not all there are: a word that is missing here is no reason to drop anything. */
const WORDS = `
abel abel_nf ac_rfl absurd admit aesop all_goals and_intros any_goals apply apply_assumption apply_fun apply_mod_cast
apply_rules assumption assumption_mod_cast at_least_one_goal borelize bound bv_decide by by_cases by_contra by_contra!
calc cancel_denoms case case' cases cases' casesm cc change choose classical clear clean compute_degree congr congr!
constructor constructorm continuity contradiction contrapose contrapose! conv conv_lhs conv_rhs convert convert_to cutsat decide
decreasing_tactic delta done dsimp eapply econstructor enter eq_refl erw exact exact_mod_cast exacts exfalso exists ext ext1
extract_goal fail fapply fconstructor field field_simp fin_cases fin_omega find first focus fun_cases fun_induction fun_prop
funext gcongr generalize get_elem_tactic grind grobner group grw guard_hyp guard_target have have' haveI hint induction
induction' infer_instance infer_param inhabit injection injections interval_cases intro intros introv isBoundedDefault itauto iterate
itauto! jacobi left let let' letI lift linarith linear_combination linear_combination' map_tacs match match_target measurability
mod_cases mono monicity move_add move_mul native_decide next nlinarith nofun nomatch noncomm_ring norm_cast norm_num norm_num1
nth_rewrite nth_rw obtain observe omega on_goal pick_goal peel pi_lower_bound pick plausible polyrith positivity pull pure_coe push
push_cast push_neg qify rcases rcongr recover reduce refine refine' refine_lift rel rename rename' rename_i repeat repeat'
repeat1 replace rev revert rewrite rfl rfl' rify right ring ring1 ring1_nf ring_nf rintro rotate_left rotate_right rsuffices rw rw!
rw? rw_mod_cast rwa says set show show_term simp simp! simp? simp_all simp_all! simp_all_arith simp_all? simp_arith simp_intro simp_rw simp_wf
simpa simpa! simpa? skip slice_lhs slice_rhs slim_check solve solve_by_elim sorry specialize split split_ands split_ifs
squeeze_simp stop subsingleton subst subst_eqs subst_vars substs success_if_fail suffices swap swap_var symm symm_saturate tauto
tfae_finish tfae_have trace trace_state trans transitivity trivial try type_check unfold unfold_let unfold_projs unhygienic
unit_interval use use! use_discharger uniqueness wlog zify
`;

export const TACTIC_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));

/** The word that a line begins with, together with a `'`, `!` or `?` that belongs to it. */
export function headWord(text: string): string {
  return /^[\p{L}_][\p{L}\p{N}_']*[!?]?/u.exec(text)?.[0] ?? '';
}

/** Whether a line begins like a tactic: with a known word, a bullet, or a combination of tactics. */
export function beginsLikeTactic(text: string): boolean {
  return /^(?:[·•∙]|\. |<;>)/u.test(text) || TACTIC_WORDS.has(headWord(text));
}
