-- How many enterprises of a county a class of several counties takes (分配名额, N04); null where the class does not say.
alter table plan_item_county add column planned bigint;
