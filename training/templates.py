"""How prompts are worded: names of the input and the label line, instructions, and words for the labels.

Many wordings per task, so that the user's own will do. `NAMES` are (input name, label name); `WORDS` maps a raw label
to its synonyms, position by position: the n-th synonyms of all classes belong together.
"""

GENERIC_NAMES = [
    ("Input", "Output"), ("Input", "Label"), ("Text", "Label"), ("Text", "Class"), ("Sentence", "Label"), ("Text", "Category"),
    ("Example", "Answer"), ("Text", "Answer"), ("Sentence", "Class"), ("X", "Y"), ("Text", "Tag"), ("Item", "Group"), ("Text", "Type"),
    ("Sentence", "Answer"), ("Input", "Answer"), ("Sample", "Category"), ("Q", "A"),
]
SENTIMENT_NAMES = [
    ("Review", "Sentiment"), ("Review", "Sentiment"), ("Review", "Sentiment"), ("Sentence", "Sentiment"), ("Text", "Sentiment"), ("Review", "Opinion"), ("Review", "Rating"),
    ("Comment", "Sentiment"), ("Review", "Label"), ("Review", "Answer"), ("Opinion", "Polarity"), ("Review", "Verdict"),
    ("Movie review", "Sentiment"), ("Product review", "Sentiment"), ("Feedback", "Tone"), ("Text", "Polarity"), ("Review", "It was"),
    ("Input", "Sentiment"), ("Review", "Judgement"),
]
SENTIMENT_WORDS = {
    "positive": ["positive", "positive", "good", "great", "positive", "favourable", "happy", "like", "yes", "excellent", "pro", "wonderful", "best", "praise", "up"],
    "negative": ["negative", "negative", "bad", "terrible", "negative", "unfavourable", "unhappy", "dislike", "no", "poor", "con", "awful", "worst", "blame", "down"],
}
SENTIMENT_INSTRUCTIONS = [
    "Classify the sentiment of each review.", "Is the review positive or negative?", "Decide whether the sentence is positive or negative.",
    "Tell whether the writer liked it.", "Sentiment analysis of reviews.", "Label each text as positive or negative.",
    "Read the review and give its sentiment.", "Say what the reviewer thinks.",
]
YES_NO = ["yes", "true", "correct", "right"], ["no", "false", "incorrect", "wrong"]
ENTAIL2 = {
    "entailment": ["yes", "true", "entailment", "yes", "true", "entailed", "correct", "follows"],
    "not_entailment": ["no", "false", "not entailment", "no", "false", "unrelated", "incorrect", "other"],
}
ENTAIL3 = {
    "entailment": ["yes", "true", "entailment", "yes", "true", "correct", "entailment", "supported"],
    "neutral": ["maybe", "neither", "neutral", "neither", "unknown", "possible", "neutral", "unclear"],
    "contradiction": ["no", "false", "contradiction", "no", "false", "wrong", "contradiction", "refuted"],
}
NLI_NAMES = [(("Premise", "Hypothesis"), "Answer"), (("Premise", "Hypothesis"), "Label"), (("Text", "Hypothesis"), "Answer"),
             (("Premise", "Hypothesis"), "Entailment"), (("Context", "Claim"), "Verdict"), (("Sentence 1", "Sentence 2"), "Label"),
             (("Premise", "Question"), "Answer"), (("Premise", "Hypothesis"), "Relation")]

FINE_TREC = {
    "HUM:ind": "person", "LOC:other": "place", "DESC:def": "definition", "NUM:count": "count", "DESC:manner": "manner", "DESC:desc": "description",
    "NUM:date": "date", "ENTY:other": "thing", "ENTY:cremat": "work", "DESC:reason": "reason", "HUM:gr": "group", "LOC:country": "country",
    "LOC:city": "city", "ENTY:animal": "animal", "ENTY:food": "food", "ENTY:dismed": "disease", "ENTY:termeq": "term", "NUM:period": "time",
    "NUM:money": "money", "ABBR:exp": "abbreviation", "LOC:state": "state", "ENTY:sport": "sport", "ENTY:event": "event", "NUM:other": "number",
    "HUM:desc": "role", "ENTY:product": "product", "ENTY:substance": "substance", "ENTY:color": "color", "ENTY:techmeth": "method",
    "NUM:dist": "distance", "NUM:perc": "percent", "ENTY:veh": "vehicle", "ENTY:word": "word", "HUM:title": "title", "LOC:mount": "mountain",
    "ENTY:body": "body", "ABBR:abb": "acronym", "ENTY:lang": "language", "ENTY:plant": "plant", "NUM:volsize": "size", "ENTY:symbol": "symbol",
    "NUM:weight": "weight", "ENTY:instru": "instrument", "ENTY:letter": "letter", "NUM:speed": "speed", "NUM:code": "code",
    "NUM:temp": "temperature", "NUM:ord": "rank", "ENTY:religion": "religion", "ENTY:currency": "currency",
}

# Per task: kind, names, words, instructions, weight of the task among the real tasks.
TASKS = {
    "sst2": dict(weight=7, names=SENTIMENT_NAMES, words=SENTIMENT_WORDS, instructions=SENTIMENT_INSTRUCTIONS),
    "sst5": dict(weight=0.4, names=SENTIMENT_NAMES, instructions=["Rate each review.", "How good is it: terrible, bad, okay, good or great?"],
                 words={"terrible": ["terrible", "1", "very negative"], "bad": ["bad", "2", "negative"], "okay": ["okay", "3", "neutral"],
                        "good": ["good", "4", "positive"], "great": ["great", "5", "very positive"]}),
    "pros_cons": dict(weight=2.5, names=SENTIMENT_NAMES + [("Product", "Sentiment"), ("Point", "Pro or con")], words=SENTIMENT_WORDS,
                      instructions=SENTIMENT_INSTRUCTIONS + ["Is this a pro or a con of the product?"]),
    "mpqa": dict(weight=1, names=SENTIMENT_NAMES + [("Phrase", "Sentiment")], words=SENTIMENT_WORDS, instructions=SENTIMENT_INSTRUCTIONS),
    "movie_reviews": dict(weight=3, names=SENTIMENT_NAMES, words=SENTIMENT_WORDS, instructions=SENTIMENT_INSTRUCTIONS),
    "tweet_sentiment": dict(weight=1, names=[("Tweet", "Sentiment"), ("Post", "Sentiment"), ("Message", "Sentiment"), ("Text", "Sentiment")],
                            words={"positive": ["positive", "good", "positive"], "neutral": ["neutral", "okay", "mixed"], "negative": ["negative", "bad", "negative"]},
                            instructions=["What is the sentiment of each tweet?", "Label each post as positive, neutral or negative."]),
    "subj": dict(weight=1, names=[("Sentence", "Type"), ("Sentence", "Label"), ("Text", "Style"), ("Input", "Type"), ("Sentence", "Subjectivity")],
                 words={"subjective": ["subjective", "opinion", "personal", "opinion"], "objective": ["objective", "fact", "factual", "plot"]},
                 instructions=["Is the sentence subjective or objective?", "Tell opinions from facts."]),
    "trec": dict(weight=3.6, names=[("Question", "Type"), ("Question", "Type"), ("Question", "Type"), ("Question", "Answer Type"), ("Question", "Answer type"), ("Question", "Label"), ("Question", "Category"),
                                   ("Q", "Type"), ("Question", "Kind"), ("Question", "Asks for"), ("Question", "Class")],
                 words={"abbreviation": ["abbreviation", "abbreviation", "abbreviation", "acronym", "short", "ab"],
                        "entity": ["entity", "entity", "entity", "thing", "object", "entity"],
                        "description": ["description", "description", "description", "explanation", "definition", "description"],
                        "person": ["person", "person", "human", "person", "who", "person"],
                        "location": ["location", "location", "location", "place", "where", "location"],
                        "number": ["number", "number", "numeric", "number", "quantity", "number"]},
                 instructions=["Classify the questions by the type of their answer.", "What kind of answer does the question ask for?",
                               "Classify each question as abbreviation, entity, description, person, location or number.",
                               "Classify the questions based on whether their answer type is a Number, Location, Person, Description, Entity, or Abbreviation."]),
    "agnews": dict(weight=4, names=[("Article", "Topic"), ("Article", "Topic"), ("Article", "Topic"), ("Article", "Answer"), ("News", "Topic"), ("Headline", "Section"), ("Article", "Category"),
                                    ("News", "Category"), ("Text", "Topic"), ("Story", "Section"), ("Article", "Label"), ("Article", "Section"), ("Article", "Subject")],
                   words={"World": ["world", "world", "world", "politics", "international", "world"], "Sports": ["sports", "sports", "sport", "sport", "sports", "sports"],
                          "Business": ["business", "business", "business", "economy", "finance", "business"],
                          "Technology": ["technology", "technology", "science", "technology", "tech", "science"]},
                   instructions=["Classify the news articles by topic.", "Classify the news articles into the categories of World, Sports, Business, and Technology.",
                                 "Which section of the newspaper is it from?", "What is the topic of each article?"]),
    "tweet_emotion": dict(weight=0.7, names=[("Tweet", "Emotion"), ("Post", "Feeling"), ("Text", "Emotion"), ("Message", "Mood")],
                          words={"anger": ["anger", "angry"], "sadness": ["sadness", "sad"], "joy": ["joy", "happy"], "optimism": ["optimism", "hopeful"]},
                          instructions=["Which emotion does the tweet show?", "Label each text with an emotion."]),
    "tweet_hate": dict(weight=0.4, names=[("Tweet", "Hateful"), ("Post", "Hate"), ("Message", "Label"), ("Tweet", "Label")],
                       words={"not-hate": ["no", "neutral", "fine", "normal"], "hate": ["yes", "hate", "hateful", "hate"]}, instructions=["Is the tweet hateful?"]),
    "tweet_offensive": dict(weight=0.5, names=[("Tweet", "Offensive"), ("Post", "Offensive"), ("Message", "Label"), ("Comment", "Label")],
                            words={"not-offensive": ["no", "polite", "fine", "clean"], "offensive": ["yes", "offensive", "rude", "offensive"]}, instructions=["Is the message offensive?"]),
    "clinc": dict(weight=6, names=[("Message", "Intent"), ("Request", "Intent"), ("Query", "Intent"), ("Utterance", "Intent"), ("User", "Intent"), ("Command", "Action"), ("Text", "Intent"),
                                   ("Question", "Topic"), ("Message", "Label"), ("Input", "Intent")], words=None,
                  instructions=["What does the user want?", "Classify the intent of each message.", "Name the intent of the request."]),
    "rte": dict(weight=0.7, pair=("premise", "hypothesis"), names=NLI_NAMES, words=ENTAIL2, instructions=["Does the premise entail the hypothesis?", "Is the hypothesis true, given the text?"]),
    "qnli": dict(weight=1.2, pair=("question", "sentence"), names=[(("Question", "Sentence"), "Answer"), (("Question", "Sentence"), "Label"), (("Question", "Sentence"), "Answered"),
                                                                  (("Question", "Sentence"), "Contains answer"), (("Q", "Text"), "Answer"), (("Question", "Passage"), "Answer")],
                 words=ENTAIL2, instructions=["Does the sentence answer the question?", "Is the answer in the sentence?"]),
    "cb": dict(weight=0.3, pair=("premise", "hypothesis"), names=NLI_NAMES, words=ENTAIL3, instructions=["Is the hypothesis true, false or neither?", "How committed is the speaker?"]),
    "sick": dict(weight=1.4, pair=("premise", "hypothesis"), names=NLI_NAMES, words=ENTAIL3, instructions=["Does the premise entail the hypothesis?", "Is the hypothesis true, false or neither?"]),
    "mrpc": dict(weight=0.8, pair=("sentence1", "sentence2"), words={"yes": ["yes", "same", "true", "paraphrase", "equivalent", "yes"], "no": ["no", "different", "false", "different", "different", "no"]},
                 names=[(("Sentence 1", "Sentence 2"), "Paraphrase"), (("Sentence 1", "Sentence 2"), "Answer"), (("Sentence 1", "Sentence 2"), "Label"), (("Sentence 1", "Sentence 2"), "Same meaning"),
                        (("First", "Second"), "Same")], instructions=["Do the two sentences mean the same?", "Is the second sentence a paraphrase of the first?"]),
}

# Arbitrary words that stand for labels: what they mean must be read from the demos.
SYMBOLS = (
    "foo bar baz qux alpha beta gamma delta omega red blue green yellow purple orange apple banana cherry lemon grape stone river cloud forest "
    "table chair window door lamp zebra tiger lion horse mouse seven nine three eleven circle square triangle star moon sun winter summer spring "
    "north south east west left right up down copper silver gold iron one two four five six eight ten a b c d e f g h i j k l m n o p q r s t u v w x y z "
    "blorp zim wug dax fep tova kiki bouba plim gorp monday tuesday friday king queen knight pawn salt pepper sugar bread milk paper glass "
    "hat coat shoe piano drum violin flute ocean island desert valley bridge tower castle garden engine wheel rocket robot dragon ghost"
).split()


def boosted_pieces():
    """Pieces that should be single tokens: line breaks, label words, names and symbols, as they stand in prompts."""
    words, names = set(SYMBOLS), set()
    for task in TASKS.values():
        for synonyms in (task["words"] or {}).values():
            words.update(w for s in synonyms for w in s.lower().split())
        for given, label in task["names"]:
            for name in [*([given] if isinstance(given, str) else given), label]:
                names.update(name.lower().split())
    words.update(FINE_TREC.values())
    for given, label in GENERIC_NAMES:
        names.update((given.lower(), label.lower()))
    words.update(("maybe", "neither", "option", "answer"))
    return ["\n\n"] * 1000 + [" " + w for w in sorted(words | names)] + sorted(names)
