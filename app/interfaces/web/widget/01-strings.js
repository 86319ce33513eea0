// Every word the widget says. A site may put others in their place: lamina.push(["strings", {…}]).
const STRINGS = {
  __proto__: null, // a name out of an answer finds words of this table and nothing else
  title: "Lamina", subtitle: "Spine injection coding, with sources",
  open: "Open the coding assistant", close: "Close", ask: "Ask", stop: "Stop",
  question: "Your question", placeholder: "Ask a coding question",
  greeting: "Every code comes from a dated rule, every reason names its source. What a question leaves open is said, never guessed.",
  examples: "Examples", log: "Conversation",
  disclaimer: "Leave out names and other patient data. Verify a claim with its payer.",
  fresh: "New conversation", sending: "Sending the question", looking: "Looking it up",
  read: "Reading the question", gather: "Consulting the rules and the guides",
  write: "Writing the answer", check: "Checking every sentence", restart: "Checking again",
  slow: "Still working on it", stopped: "Stopped.", again: "Ask again",
  cut: "The connection ended before the answer was whole.",
  offline: "Lamina cannot be reached. Check the connection, then ask again.",
  failed: "Lamina could not answer", kept: "This answer is no longer kept; ask the question again.",
  tooLong: "The question is too long by", characters: "characters", linked: "An answer opened by its link",
  toAnswer: "To the newest answer", announced: "Answer:", more: "The whole answer is in the conversation.",
  answered: "Answered", needs_facts: "Depends on a missing fact", not_covered: "Not covered", declined: "Declined",
  bill: "Bill", candidate: "Candidate", do_not_bill: "Do not bill", compare: "Compared", mentioned: "Mentioned",
  append: "append", do_not_append: "do not append", depends: "depends",
  unit: "unit", units: "units", modifier: "Modifier", modifiers: "Modifiers", verdict: "Verdict", why: "Why", because: "Because", code: "Code",
  otherCodes: "Other codes named", whyNot: "Why not another code", flips: "What would change the code",
  ifInstead: "If instead", thenCode: "Code", noCode: "no code held", codes: "Codes",
  sources: "Sources", source: "Source", openPassage: "Open in its place", closeCard: "Close source", openSite: "Open the publisher's page",
  fetching: "Fetching the passage", corrected: "Corrected:", passage: "Passage", caution: "Caution",
  law: "Law and CMS", payer: "Payer policy", society: "Society", vendor: "Vendor guide", house: "House rule",
  copyText: "Copy text", copyCitation: "Copy citation", copyLink: "Copy link", print: "Print", copied: "Copied",
  noCopy: "The browser does not allow copying", tools: "This answer", versions: "Tables", index: "index",
  helpful: "Helpful", unhelpful: "Not helpful", thanks: "Thank you, noted.", whatWrong: "What is wrong?",
  wrong_code: "Wrong code", bad_citation: "Bad citation", incomplete: "Incomplete", off_topic: "Off topic", other: "Other",
  comment: "Comment, without patient data", send: "Send", notKept: "This could not be noted:",
  details: "Claim details", given: "given", any: "not said",
  service_date: "Date of service", payerField: "Payer", state: "State", place_of_service: "Place of service", claim: "Claim",
  assumed: "Assumed", earlier: "From before", change: "change", instead: "Instead:", askAgain: "Ask again with these details",
  trace: "How it was decided", you: "Question", sentWith: "Sent with",
};

function t(name) {
  return STRINGS[name] ?? name;
}

function factName(fact) {
  return fact.replace(/_/g, " ");
}
