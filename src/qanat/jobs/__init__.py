"""What a user can ask the house to do, one file each. The only room that holds a store, a fetcher or a clock."""
